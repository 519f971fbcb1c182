// SPDX-License-Identifier: Apache-2.0
// Keyframes and what lies between them.
#pragma once

#include <array>
#include <string>
#include <vector>

namespace focuspuller::host {

using Numbers = std::array<double, 4>;

// Of the segment that starts at the key.
// constant: the key's value. linear: a straight line. smooth: a monotone cubic (Fritsch and Carlson, "Monotone
// piecewise cubic interpolation", SIAM J. Numer. Anal. 17(2), 1980): tangents as Catmull-Rom has them, but flat at
// extremes and at the first and last key and nowhere steeper than three times the flatter neighbour, so that a pull
// eases in and out and never overshoots.
enum class Interpolation { constant, linear, smooth };

struct Key {
  double time = 0;
  Numbers numbers{};
  std::string text;
  Interpolation interpolation = Interpolation::linear;
};

// Keys sorted by time; before the first and after the last the curve is constant.
class Curve {
 public:
  bool empty() const { return keys_.empty(); }
  const std::vector<Key>& keys() const { return keys_; }
  void set(Key key);  // replaces the key at that time
  bool erase(double time);
  void clear() { keys_.clear(); }

  // -1 when there is none. direction 0: at `time`; > 0: the next after it; < 0: the last before it.
  int find(double time, int direction) const;

  double value(double time, int component) const;
  const std::string& text(double time) const;
  double derivative(double time, int component) const;
  double integral(double first, double last, int component) const;

 private:
  size_t segment(double time) const;
  double slope(size_t key, int component) const;
  void tangents(size_t segment, int component, double& left, double& right) const;

  std::vector<Key> keys_;
};

}  // namespace focuspuller::host
