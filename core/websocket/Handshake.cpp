#include "websocket/Handshake.h"

#include <Poco/SHA1Engine.h>
#include <sodium.h>
#include <strings.h>

#include <algorithm>
#include <array>
#include <iterator>

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

std::size_t countOf(const http::Request& request, std::string_view name) {
  return static_cast<std::size_t>(std::count_if(request.fields.begin(), request.fields.end(), [&](const auto& field) {
    return equalsIgnoringCase(field.first, name);
  }));
}

/// The names of all fields of that header.
std::optional<std::vector<std::string_view>> subprotocolsOf(const http::Request& request) {
  std::vector<std::string_view> names;
  for (const auto& [name, value] : request.fields) {
    if (!equalsIgnoringCase(name, "Sec-WebSocket-Protocol")) continue;
    const auto more = parseSubprotocols(value);
    if (!more) return std::nullopt;
    for (const auto one : *more) {
      if (std::find(names.begin(), names.end(), one) != names.end()) return std::nullopt;
      names.push_back(one);
    }
  }
  return names;
}

std::optional<std::vector<ExtensionOffer>> extensionsOf(const http::Request& request) {
  std::vector<ExtensionOffer> offers;
  for (const auto& [name, value] : request.fields) {
    if (!equalsIgnoringCase(name, "Sec-WebSocket-Extensions")) continue;
    auto more = parseExtensions(value);
    if (!more) return std::nullopt;
    std::move(more->begin(), more->end(), std::back_inserter(offers));
  }
  return offers;
}

}  // namespace

std::optional<HandshakeError> check(const http::Request& request) {
  if (request.method != "GET" || !request.isUpgrade || !equalsIgnoringCase(request.field("Upgrade"), "websocket")) {
    return HandshakeError::NotAnUpgrade;
  }
  if (request.field("Sec-WebSocket-Version") != "13") return HandshakeError::VersionUnknown;
  if (countOf(request, "Sec-WebSocket-Key") != 1 || !isKey(request.field("Sec-WebSocket-Key"))) {
    return HandshakeError::BadKey;
  }
  if (!extensionsOf(request)) return HandshakeError::BadExtensions;
  if (!subprotocolsOf(request)) return HandshakeError::BadSubprotocol;
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

std::vector<std::string_view> offeredSubprotocols(const http::Request& request) {
  return subprotocolsOf(request).value_or(std::vector<std::string_view>{});
}

std::vector<ExtensionOffer> offeredExtensions(const http::Request& request) {
  return extensionsOf(request).value_or(std::vector<ExtensionOffer>{});
}

std::vector<http::Field> acceptFields(const http::Request& request, std::string_view subprotocol,
                                      std::string_view extension) {
  std::vector<http::Field> fields{{"Upgrade", "websocket"},
                                  {"Connection", "Upgrade"},
                                  {"Sec-WebSocket-Accept", acceptKey(request.field("Sec-WebSocket-Key"))}};
  if (!subprotocol.empty()) fields.emplace_back("Sec-WebSocket-Protocol", subprotocol);
  if (!extension.empty()) fields.emplace_back("Sec-WebSocket-Extensions", extension);
  return fields;
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
    case HandshakeError::BadExtensions:
      return {400, "text/plain; charset=utf-8", "Sec-WebSocket-Extensions must be a list of extensions.\n"};
    case HandshakeError::BadSubprotocol:
      return {400, "text/plain; charset=utf-8", "Sec-WebSocket-Protocol must be a list of names, each once.\n"};
    case HandshakeError::NotAnUpgrade:
      break;
  }
  http::Response response(426, "text/plain; charset=utf-8", "This address takes WebSocket connections only.\n");
  response.set("Upgrade", "websocket");
  return response;
}

}  // namespace chat::websocket
