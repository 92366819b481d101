#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace chat::plugin {

/// A plugin's settings: those that its identity declares. Types and ranges are checked before `start()`. A setting that
/// isn't in the properties has its default. Key `autoCreate` of plugin `login` is the property `login.autoCreate`.
/// Asking for an undeclared key or by another type is a fault (std::logic_error). Thread: any; immutable.
class Settings {
 public:
  virtual ~Settings() = default;
  virtual bool boolean(std::string_view key) const = 0;
  virtual std::int64_t integer(std::string_view key) const = 0;
  virtual std::string text(std::string_view key) const = 0;
};

}  // namespace chat::plugin
