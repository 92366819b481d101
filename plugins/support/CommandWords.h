#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace chat::support {

/// The words of a command: those without dashes in their order, and options. Throws AppError 400 with the usage. A
/// plugin that uses it links Poco::Util.
class CommandWords {
 public:
  /// `NAME` for an option without a value, `NAME=WHAT` for one with a value.
  CommandWords(std::span<const std::string_view> words, std::initializer_list<std::string_view> options,
               std::string_view usage);

  bool has(const std::string& option) const { return _options.contains(option); }
  std::optional<std::string> value(const std::string& option) const;
  const std::vector<std::string>& plain() const noexcept { return _plain; }
  /// The only plain word. `what` is its name in the usage.
  const std::string& only(std::string_view what) const;
  void requireNone() const;

  [[noreturn]] void refuse(const std::string& why) const;

 private:
  std::string_view _usage;
  std::vector<std::string> _plain;
  std::map<std::string, std::string> _options;
};

}  // namespace chat::support
