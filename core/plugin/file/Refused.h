#pragma once

#include <stdexcept>

namespace chat::plugin {

/// Why a plugin is not loaded, as the line of the log has it: what was found, what is expected, what to do.
class Refused : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace chat::plugin
