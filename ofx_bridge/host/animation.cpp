// SPDX-License-Identifier: Apache-2.0
#include "animation.h"

#include <algorithm>
#include <cmath>

namespace focuspuller::host {
namespace {

constexpr double kSameTime = 1e-6;  // frames

bool earlier(const Key& key, double time) { return key.time < time - kSameTime; }

}  // namespace

void Curve::set(Key key) {
  auto place = std::lower_bound(keys_.begin(), keys_.end(), key.time, earlier);
  if (place != keys_.end() && std::abs(place->time - key.time) <= kSameTime) {
    *place = std::move(key);
  } else {
    keys_.insert(place, std::move(key));
  }
}

bool Curve::erase(double time) {
  const int index = find(time, 0);
  if (index < 0) return false;
  keys_.erase(keys_.begin() + index);
  return true;
}

int Curve::find(double time, int direction) const {
  const int size = static_cast<int>(keys_.size());
  int first = static_cast<int>(std::lower_bound(keys_.begin(), keys_.end(), time, earlier) - keys_.begin());
  const bool hit = first < size && std::abs(keys_[first].time - time) <= kSameTime;
  if (direction == 0) return hit ? first : -1;
  if (direction < 0) return first - 1;
  if (hit) ++first;
  return first < size ? first : -1;
}

// The segment that `time`, which lies between the first and the last key, falls in.
size_t Curve::segment(double time) const {
  auto after =
      std::upper_bound(keys_.begin(), keys_.end(), time, [](double t, const Key& key) { return t < key.time; });
  const size_t index = static_cast<size_t>(after - keys_.begin());
  return std::clamp<size_t>(index, 1, keys_.size() - 1) - 1;
}

double Curve::slope(size_t key, int component) const {
  if (key == 0 || key + 1 == keys_.size()) return 0;
  const Key &before = keys_[key - 1], &here = keys_[key], &after = keys_[key + 1];
  const double left = (here.numbers[component] - before.numbers[component]) / (here.time - before.time);
  const double right = (after.numbers[component] - here.numbers[component]) / (after.time - here.time);
  if (left * right <= 0) return 0;
  const double catmullRom = (after.numbers[component] - before.numbers[component]) / (after.time - before.time);
  const double steepest = 3 * std::min(std::abs(left), std::abs(right));
  return std::copysign(std::min(std::abs(catmullRom), steepest), left);
}

void Curve::tangents(size_t segment, int component, double& left, double& right) const {
  const Key &a = keys_[segment], &b = keys_[segment + 1];
  switch (a.interpolation) {
    case Interpolation::constant:
      left = right = 0;
      break;
    case Interpolation::linear:
      left = right = (b.numbers[component] - a.numbers[component]) / (b.time - a.time);
      break;
    case Interpolation::smooth:
      left = slope(segment, component);
      right = slope(segment + 1, component);
      break;
  }
}

double Curve::value(double time, int component) const {
  if (time <= keys_.front().time) return keys_.front().numbers[component];
  if (time >= keys_.back().time) return keys_.back().numbers[component];
  const size_t index = segment(time);
  const Key &a = keys_[index], &b = keys_[index + 1];
  const double from = a.numbers[component], to = b.numbers[component];
  if (a.interpolation == Interpolation::constant) return from;
  const double length = b.time - a.time, t = (time - a.time) / length;
  if (a.interpolation == Interpolation::linear) return from + (to - from) * t;
  double left, right;
  tangents(index, component, left, right);
  const double t2 = t * t, t3 = t2 * t;  // cubic Hermite basis
  return (2 * t3 - 3 * t2 + 1) * from + (t3 - 2 * t2 + t) * length * left + (3 * t2 - 2 * t3) * to +
         (t3 - t2) * length * right;
}

const std::string& Curve::text(double time) const {
  const int index = find(time, 0) >= 0 ? find(time, 0) : find(time, -1);
  return keys_[std::max(index, 0)].text;
}

double Curve::derivative(double time, int component) const {
  if (time < keys_.front().time || time > keys_.back().time || keys_.size() < 2) return 0;
  const size_t index = segment(time);
  const Key &a = keys_[index], &b = keys_[index + 1];
  double left, right;
  tangents(index, component, left, right);
  if (a.interpolation != Interpolation::smooth) return left;
  const double length = b.time - a.time, t = (time - a.time) / length;
  const double rise = (b.numbers[component] - a.numbers[component]) / length;
  return (6 * t - 6 * t * t) * rise + (3 * t * t - 4 * t + 1) * left + (3 * t * t - 2 * t) * right;
}

double Curve::integral(double first, double last, int component) const {
  if (last < first) return -integral(last, first, component);
  std::vector<double> stops = {first};
  for (const Key& key : keys_) {
    if (key.time > first && key.time < last) stops.push_back(key.time);
  }
  stops.push_back(last);
  double sum = 0;
  for (size_t i = 0; i + 1 < stops.size(); ++i) {
    const double a = stops[i], b = stops[i + 1], middle = (a + b) / 2;
    const int held = find(middle, -1);
    const bool constant = held >= 0 && keys_[held].interpolation == Interpolation::constant;
    const double end = constant ? value(middle, component) : value(b, component);
    sum += (b - a) / 6 * (value(a, component) + 4 * value(middle, component) + end);  // Simpson, exact for cubics
  }
  return sum;
}

}  // namespace focuspuller::host
