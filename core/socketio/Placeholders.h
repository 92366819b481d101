#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace chat::socketio {

/// Recognises a JSON object that stands for an attachment: `{"_placeholder":true,"num":0}`. It is given each member's
/// key and value, in their order; if a key comes twice, the last value counts, as with JSON.parse.
class Placeholder {
 public:
  /// `key`: with its escapes.
  void key(std::string_view key);
  /// The value of that key if it is a number or a literal.
  void number(std::string_view number);
  void literal(std::string_view literal);
  /// Any other value: a string, an array, an object.
  void other();

  /// Whether clients take the object for a placeholder.
  bool isMarked() const noexcept { return _marked; }
  /// The index of the attachment that it stands for; nothing if it is no placeholder or the index is not below
  /// `attachments`.
  std::optional<std::size_t> index(std::size_t attachments) const noexcept;

 private:
  enum class Member : std::uint8_t { None, Mark, Number };
  Member _member = Member::None;
  bool _marked = false;
  std::optional<double> _number;
};

/// A number of JSON text as JSON.parse reads it: infinite if it is too large for a double.
double jsonNumber(std::string_view text);

/// Whether each placeholder in the JSON values, which were checked to be JSON, names one of `attachments` attachments.
/// The official client ends its connection if one doesn't.
bool placeholdersFit(std::string_view json, std::size_t attachments);

}  // namespace chat::socketio
