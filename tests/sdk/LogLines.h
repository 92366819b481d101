#pragma once

#include <algorithm>
#include <string>
#include <vector>

/// Whether one of the lines contains this text.
inline bool contains(const std::vector<std::string>& lines, const std::string& part) {
  return std::any_of(lines.begin(), lines.end(),
                     [&](const auto& line) { return line.find(part) != std::string::npos; });
}
