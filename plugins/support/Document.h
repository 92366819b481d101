#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace chat::support {

/// A member of a request's document, which knows its name so that a refusal can say which member and why. Functions
/// that read a value throw AppError 400 if the member has another type, also for `null`. Valid as long as its Document.
class Member {
 public:
  Member(const boost::json::value* value, std::string name) : _value(value), _name(std::move(name)) {}

  bool isPresent() const noexcept { return _value != nullptr; }
  /// The full name, for clients: `data.message.rid`.
  const std::string& name() const noexcept { return _name; }

  /// A member of this object; absent if this one is.
  Member member(std::string_view name) const;

  const boost::json::value& json() const;
  const boost::json::object& object() const;
  /// Valid UTF-8.
  std::string_view text() const;
  bool boolean() const;
  /// An integer from `min` to `max`, also one written as `20.0`.
  std::uint64_t integer(std::uint64_t min, std::uint64_t max) const;

  /// Throws AppError 400 with the member's name and `why`.
  [[noreturn]] void refuse(std::string_view why) const;
  /// The same with AppError 413.
  [[noreturn]] void refuseAsTooLarge(std::string_view why) const;

 private:
  const boost::json::value* _value;
  std::string _name;
};

/// A request's document, parsed once. Throws AppError: 400 if it isn't a JSON object (a lone surrogate is invalid), 413
/// if it is nested deeper than MaxDepth. Thread: one at a time. `text` must outlive it.
class Document {
 public:
  /// High enough for the members' own limits of depth, low enough for any stack.
  static constexpr std::size_t MaxDepth = 512;

  explicit Document(std::string_view text);

  Member root() const { return Member(&_value, {}); }
  Member data() const { return root().member("data"); }
  /// Throws AppError 400 unless `data.type` is `type`.
  void requireType(std::string_view type) const;

  /// The document as the client wrote it.
  std::string_view text() const noexcept { return _text; }

 private:
  std::string_view _text;
  boost::json::value _value;
};

/// How deep objects and arrays are nested, including the value itself.
std::size_t depthOf(const boost::json::value& value) noexcept;

}  // namespace chat::support
