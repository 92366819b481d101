// Encodes texts that a plugin might send, for tests/integration/officialparsers.test.mjs, which gives the results to
// the official parsers. One output line for each input line:
//
//   default|msgpack event|ack|refusal NAME ARGS ATTACHMENT…     (in hexadecimal, "-" where empty)
//   refused, or: t|b PACKET…, then v4, v3 and x3: the packets as a polling payload, x3 being version 3's binary one
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "engineio/packet/PayloadCodec.h"
#include "socketio/EncodedEvent.h"
#include "socketio/MsgpackCodec.h"
#include "socketio/PacketCodec.h"
#include "socketio/PacketFlaw.h"

using namespace chat;

namespace {

std::string bytesOf(const std::string& hex) {
  std::string bytes;
  if (hex == "-") return bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

std::string hexOf(std::string_view bytes) {
  constexpr std::string_view Digits = "0123456789abcdef";
  std::string hex;
  for (const char c : bytes) {
    hex += Digits[static_cast<unsigned char>(c) >> 4];
    hex += Digits[static_cast<unsigned char>(c) & 15];
  }
  return hex.empty() ? "-" : hex;
}

/// Encoded as by socketio::Client.
std::vector<engineio::WirePacket> packetsOf(const socketio::PacketWriter& writer, socketio::Parser parser,
                                            std::span<const std::string_view> attachments) {
  if (parser == socketio::Parser::Msgpack) {
    return {engineio::WirePacket::binary(socketio::encodeMsgpack(writer.text(), attachments))};
  }
  std::vector<engineio::WirePacket> packets{engineio::WirePacket::text(writer.pieces())};
  for (const auto bytes : attachments) packets.push_back(engineio::WirePacket::binary(bytes));
  return packets;
}

void print(const std::vector<engineio::WirePacket>& packets) {
  std::vector<engineio::OutgoingPacket> outgoing;
  for (const auto& packet : packets) {
    std::cout << (packet.isBinary() ? "b " : "t ") << hexOf(packet.payload()) << ' ';
    outgoing.push_back({packet, {}});
  }
  std::cout << "v4 " << hexOf(engineio::encodePayload(outgoing, 4, true).body);
  std::cout << " v3 " << hexOf(engineio::encodePayload(outgoing, 3, false).body);
  const auto payload = engineio::encodePayload(outgoing, 3, true);
  if (payload.isBinary) std::cout << " x3 " << hexOf(payload.body);
  std::cout << std::endl;
}

void answer(const std::string& line) {
  std::istringstream words(line);
  std::string parserName, kind, nameHex, argsHex, hex;
  words >> parserName >> kind >> nameHex >> argsHex;
  const socketio::PacketRules rules{parserName == "msgpack" ? socketio::Parser::Msgpack : socketio::Parser::Default,
                                    10};
  const auto name = bytesOf(nameHex);
  const auto args = bytesOf(argsHex);
  std::vector<std::string> owned;
  while (words >> hex) owned.push_back(bytesOf(hex));
  const std::vector<std::string_view> attachments(owned.begin(), owned.end());

  if (kind == "event") {
    if (socketio::flawOfEvent(name, args, attachments.size(), rules)) return void(std::cout << "refused" << std::endl);
    return print(socketio::EncodedEvent::of("/a", name, args, attachments, rules.parser).packets);
  }
  const std::string prefix = socketio::namespacePrefix("/a");
  if (kind == "ack") {
    if (socketio::flawOfArgs(args, attachments.size(), rules)) return void(std::cout << "refused" << std::endl);
    socketio::PacketWriter writer(socketio::PacketType::Ack, prefix, 7, attachments.size());
    return print(packetsOf(writer.array(args), rules.parser, attachments));
  }
  if (!socketio::isUtf8(name) || !socketio::isJsonText(args)) return void(std::cout << "refused" << std::endl);
  const std::string payload = socketio::connectErrorPayload(name, args);
  socketio::PacketWriter writer(socketio::PacketType::ConnectError, prefix);
  print(packetsOf(writer.payload(payload), rules.parser, {}));
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) answer(line);
  return 0;
}
