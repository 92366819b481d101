#include "testing/HandshakeAnswer.h"

#include <algorithm>

#include "http/Text.h"

namespace chat::testing {

std::string_view HandshakeAnswer::header(std::string_view name) const noexcept {
  const auto found = std::find_if(headers.begin(), headers.end(),
                                  [name](const auto& field) { return http::equalsIgnoringCase(field.first, name); });
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace chat::testing
