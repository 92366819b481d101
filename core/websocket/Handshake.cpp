#include "websocket/Handshake.h"

#include <Poco/SHA1Engine.h>
#include <sodium.h>
#include <strings.h>

#include <array>

namespace chat::websocket {
namespace {

constexpr std::string_view Guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr std::size_t KeyTextSize = 24;  // 16 bytes in base64

bool equalsIgnoringCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

bool isKey(std::string_view key) {
  std::array<unsigned char, 18> bytes{};
  std::size_t size = 0;
  return key.size() == KeyTextSize &&
         sodium_base642bin(bytes.data(), bytes.size(), key.data(), key.size(), nullptr, &size, nullptr,
                           sodium_base64_VARIANT_ORIGINAL) == 0 &&
         size == 16;
}

}  // namespace

std::optional<HandshakeError> check(const http::Request& request) {
  if (request.method != "GET" || !request.isUpgrade || !equalsIgnoringCase(request.field("Upgrade"), "websocket")) {
    return HandshakeError::NotAnUpgrade;
  }
  if (request.field("Sec-WebSocket-Version") != "13") return HandshakeError::VersionUnknown;
  if (!isKey(request.field("Sec-WebSocket-Key"))) return HandshakeError::BadKey;
  return std::nullopt;
}

std::string acceptKey(std::string_view key) {
  Poco::SHA1Engine sha1;
  sha1.update(key.data(), key.size());
  sha1.update(Guid.data(), Guid.size());
  const auto& digest = sha1.digest();
  std::array<char, sodium_base64_ENCODED_LEN(20, sodium_base64_VARIANT_ORIGINAL)> text{};
  sodium_bin2base64(text.data(), text.size(), digest.data(), digest.size(), sodium_base64_VARIANT_ORIGINAL);
  return text.data();
}

std::vector<http::Field> acceptFields(const http::Request& request) {
  return {{"Upgrade", "websocket"},
          {"Connection", "Upgrade"},
          {"Sec-WebSocket-Accept", acceptKey(request.field("Sec-WebSocket-Key"))}};
}

http::Response refusal(HandshakeError error) {
  switch (error) {
    case HandshakeError::VersionUnknown: {
      http::Response response(426, "text/plain; charset=utf-8", "This server speaks WebSocket version 13.\n");
      response.set("Sec-WebSocket-Version", "13");
      return response;
    }
    case HandshakeError::BadKey:
      return {400, "text/plain; charset=utf-8", "Sec-WebSocket-Key must be 16 bytes in base64.\n"};
    case HandshakeError::NotAnUpgrade:
      break;
  }
  http::Response response(426, "text/plain; charset=utf-8", "This address takes WebSocket connections only.\n");
  response.set("Upgrade", "websocket");
  return response;
}

}  // namespace chat::websocket
