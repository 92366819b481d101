#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chat::testing {

/// The part of the answer to a client's first request that the handshake handlers decide.
struct HandshakeAnswer {
  using Headers = std::vector<std::pair<std::string, std::string>>;

  int status = 200;        ///< 200, or 101 for a WebSocket; else it was refused
  std::string message;     ///< of a refusal, without what the protocol puts around it
  std::string body;        ///< of a refusal, as the client gets it
  Headers headers;         ///< of this answer
  Headers sessionHeaders;  ///< of every HTTP answer of the session, this one included

  bool accepted() const noexcept { return status < 400; }
  /// The first of this answer's fields of that name, without regard to case; empty if there is none.
  std::string_view header(std::string_view name) const noexcept;
};

/// The handshake of a client that was to be connected was refused.
class HandshakeRefused : public std::runtime_error {
 public:
  explicit HandshakeRefused(HandshakeAnswer given) : std::runtime_error(given.message), answer(std::move(given)) {}
  const HandshakeAnswer answer;
};

}  // namespace chat::testing
