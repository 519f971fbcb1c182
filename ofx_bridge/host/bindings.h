// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/pybind11.h>

#include <vector>

#include "host.h"

namespace focuspuller::host {

pybind11::list messageList(const std::vector<Message>& messages);
void bindInstance(pybind11::module_& module);

}  // namespace focuspuller::host
