// SPDX-License-Identifier: Apache-2.0
// The suites, each defined in the file of its name.
#pragma once

#include "image_effect.h"
#include "interact.h"
#include "param.h"
#include "property.h"
#include "services.h"

namespace focuspuller::host {

class Host;

extern const OfxPropertySuiteV1 kPropertySuite;
extern const OfxParameterSuiteV1 kParameterSuite;
extern const OfxImageEffectSuiteV1 kImageEffectSuite;
extern const OfxMemorySuiteV1 kMemorySuite;
extern const OfxMultiThreadSuiteV1 kMultiThreadSuite;
extern const OfxMessageSuiteV1 kMessageSuiteV1;
extern const OfxMessageSuiteV2 kMessageSuiteV2;
extern const OfxProgressSuiteV1 kProgressSuiteV1;
extern const OfxProgressSuiteV2 kProgressSuiteV2;
extern const OfxTimeLineSuiteV1 kTimeLineSuite;
extern const OfxInteractSuiteV1 kInteractSuite;

// Frees what the memory suite gave out to the host's plug-ins and they did not free; how many blocks.
int leakedBlocks(Host* host);

// OfxHost::fetchSuite.
const void* fetchSuite(OfxPropertySetHandle host, const char* name, int version);

}  // namespace focuspuller::host
