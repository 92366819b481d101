// The header fields of a WebSocket's opening handshake, one in each line.
#include <cstdint>
#include <string_view>

#include "websocket/DeflateNegotiation.h"
#include "websocket/Handshake.h"

using namespace chat::websocket;

namespace {

bool within(std::uint8_t bits, int most) {
  return bits >= 8 && bits <= most;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  chat::http::Request request;
  request.method = "GET";
  request.isUpgrade = true;
  request.fields = {
      {"Upgrade", "websocket"}, {"Sec-WebSocket-Version", "13"}, {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}};
  const auto line = text.find('\n');
  request.fields.emplace_back("Sec-WebSocket-Extensions", text.substr(0, line));
  if (line != std::string_view::npos) request.fields.emplace_back("Sec-WebSocket-Protocol", text.substr(line + 1));
  if (check(request)) return 0;

  for (const auto name : offeredSubprotocols(request)) {
    if (name.empty()) __builtin_trap();
  }
  DeflateOptions options;
  options.enabled = true;
  options.serverMaxWindowBits = 12;
  options.clientMaxWindowBits = 11;
  const auto offers = offeredExtensions(request);
  const auto accepted = negotiateDeflate(offers, options);
  if (!accepted) return 0;
  const auto& agreement = accepted->agreement;
  // Only a client without context takeover may have a larger window than the options allow.
  if (!within(agreement.serverMaxWindowBits, 12)) __builtin_trap();
  if (!within(agreement.clientMaxWindowBits, agreement.clientNoContextTakeover ? 15 : 11)) __builtin_trap();
  // The answer is itself an acceptable offer.
  const auto answer = parseExtensions(accepted->answer);
  if (!answer || answer->size() != 1 || answer->front().name != "permessage-deflate") __builtin_trap();
  return 0;
}
