#include "support/Position.h"

#include <charconv>
#include <limits>

#include "support/Document.h"

namespace chat::support {

std::uint64_t readPosition(const Member& member) {
  const std::string_view digits = member.text();
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) {
    member.refuse("must be a message id: a string of digits");
  }
  std::uint64_t position = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), position);
  return error == std::errc{} ? position : std::numeric_limits<std::uint64_t>::max();
}

}  // namespace chat::support
