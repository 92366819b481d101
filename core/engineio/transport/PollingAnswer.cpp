#include "engineio/transport/PollingAnswer.h"

#include <algorithm>
#include <string_view>

#include "engineio/packet/PayloadCodec.h"
#include "http/Compression.h"

namespace chat::engineio {
namespace {

constexpr std::string_view TextFields = "Content-Type: text/plain; charset=UTF-8\r\nCache-Control: no-store\r\n";
constexpr std::string_view BinaryFields = "Content-Type: application/octet-stream\r\nCache-Control: no-store\r\n";
// A loop has other clients to serve: a body that takes more than about ten milliseconds isn't compressed.
constexpr std::size_t MaxCompressed = 1024 * 1024;
constexpr http::ContentCoding Codings[] = {http::ContentCoding::Gzip, http::ContentCoding::Deflate};

void compress(const http::Request& request, std::string_view body, http::Response& response) {
  const auto coding = http::preferred(request.field("Accept-Encoding"), Codings);
  if (coding == http::ContentCoding::Identity) return;
  response.body = base::SharedBuffer::copyOf(http::compressed(body, coding, http::Effort::Quick));
  response.set("Content-Encoding", http::name(coding));
}

}  // namespace

http::Response pollAnswer(const http::Request& request, std::span<const OutgoingPacket> packets,
                          const PollingFormat& format) {
  const auto payload = encodePayload(packets, format.protocol, format.allowBinary);
  http::Response response;
  response.body = base::SharedBuffer::copyOf(payload.body);
  response.fieldLines = payload.isBinary ? BinaryFields : TextFields;
  const bool mayCompress = std::any_of(packets.begin(), packets.end(),
                                       [](const OutgoingPacket& packet) { return !packet.message.isUncompressed(); });
  if (mayCompress && payload.body.size() >= format.compressFrom && payload.body.size() <= MaxCompressed) {
    compress(request, payload.body, response);
  }
  return response;
}

http::Response postAnswer() {
  static thread_local const auto ok = base::SharedBuffer::copyOf("ok");
  http::Response response;
  response.body = ok;
  response.fieldLines = "Content-Type: text/html\r\nCache-Control: no-store\r\n";
  return response;
}

}  // namespace chat::engineio
