#pragma once

#include <stdexcept>

namespace chat::plugin {

/// Says why a plugin is not loaded. `what()` is for the log: what was found, what is expected, what to do.
class Refused : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace chat::plugin
