#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace chat::testing {

/// The value at a JSON pointer (RFC 6901) of a JSON text: a string's content, anything else as JSON; `(none)` if there
/// is no value, so that an assertion shows it.
std::string valueAt(std::string_view json, std::string_view pointer);

/// An event that a client has received.
struct Message {
  std::string event;
  std::string args;  ///< JSON values separated by commas
  std::vector<std::string> attachments;

  /// Within the array of the arguments: `/0/data/id`.
  std::string text(std::string_view pointer) const { return valueAt('[' + args + ']', pointer); }
};

/// The arguments of an acknowledgement.
struct Answer {
  std::string args;  ///< JSON values separated by commas
  std::vector<std::string> attachments;

  /// The first argument as a number, as `Reply::answer` and every refusal send it; -1 if it isn't a number.
  int status() const;
  /// Within the second argument, the document: `/data/id`.
  std::string text(std::string_view pointer) const { return valueAt('[' + args + ']', "/1" + std::string(pointer)); }
  /// `errors.code` of the document; 0 if it has none.
  int code() const;
};

}  // namespace chat::testing
