#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace chat::socketio {

/// The members of one JSON object, as far as they make it stand for an attachment: `{"_placeholder":true,"num":0}`.
/// Told of each member's key and value, in their order; the last of a name counts, as with JSON.parse.
class Placeholder {
 public:
  /// `key`: with its escapes.
  void key(std::string_view key);
  /// The value of that key, where it is a number or a literal.
  void number(std::string_view number);
  void literal(std::string_view literal);
  /// Any other value: a string, an array, an object.
  void other();

  /// Whether clients take the object for a placeholder.
  bool isMarked() const noexcept { return _marked; }
  /// Which of so many attachments it stands for; nothing where it is none, or stands for none of them.
  std::optional<std::size_t> index(std::size_t attachments) const noexcept;

 private:
  enum class Member : std::uint8_t { None, Mark, Number };
  Member _member = Member::None;
  bool _marked = false;
  std::optional<double> _number;
};

/// A number of JSON text as JSON.parse has it: infinite where no double holds it.
double jsonNumber(std::string_view text);

/// Whether each placeholder in the JSON values, which were checked to be JSON, stands for one of so many attachments.
/// The official client ends its connection where one doesn't.
bool placeholdersFit(std::string_view json, std::size_t attachments);

}  // namespace chat::socketio
