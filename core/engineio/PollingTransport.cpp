#include "engineio/PollingTransport.h"

#include <algorithm>
#include <utility>

#include "http/Compression.h"

namespace chat::engineio {
namespace {

constexpr std::string_view Close = "1";
constexpr std::string_view TextFields = "Content-Type: text/plain; charset=UTF-8\r\nCache-Control: no-store\r\n";
constexpr std::string_view BinaryFields = "Content-Type: application/octet-stream\r\nCache-Control: no-store\r\n";
// A loop has other clients to serve: what would hold it up for longer than about ten milliseconds goes as it is.
constexpr std::size_t MaxCompressed = 1024 * 1024;
constexpr http::ContentCoding Codings[] = {http::ContentCoding::Gzip, http::ContentCoding::Deflate};

void compress(const http::Request& request, std::string_view body, http::Response& response) {
  const auto coding = http::preferred(request.field("Accept-Encoding"), Codings);
  if (coding == http::ContentCoding::Identity) return;
  response.body = base::SharedBuffer::copyOf(http::compressed(body, coding, http::Effort::Quick));
  response.set("Content-Encoding", http::name(coding));
}

}  // namespace

PollingTransport::PollingTransport(Owner& owner, int protocol, bool allowBinary, std::size_t compressFrom) noexcept
    : _owner(owner), _compressFrom(compressFrom), _protocol(protocol), _allowBinary(allowBinary) {}

// A client that is left without an answer would wait for its own time-out.
PollingTransport::~PollingTransport() {
  answerPoll(NoopPacket);
  releasePost();
}

void PollingTransport::Held::onAborted() {
  exchange = nullptr;
  self._owner.onPollAborted();
}

void PollingTransport::Held::set(http::Exchange* next) noexcept {
  exchange = next;
  exchange->setAbortListener(this);
}

http::Exchange* PollingTransport::Held::take() noexcept {
  if (exchange) exchange->setAbortListener(nullptr);
  return std::exchange(exchange, nullptr);
}

void PollingTransport::enqueue(OutgoingPacket packet) {
  _backlog += packet.size();
  _outgoing.push_back(std::move(packet));
}

void PollingTransport::takePoll(http::Exchange& exchange) {
  _poll.set(&exchange);
}

void PollingTransport::flush() {
  if (_outgoing.empty() || !pollWaits()) return;
  auto packets = takeOutgoing();
  // Clients handle messages a moment after their payload, a close packet at once: it goes by itself, in the next
  // answer.
  if (packets.size() > 1 && packets.back().control == Close) {
    enqueue(std::move(packets.back()));
    packets.pop_back();
  }
  answer(packets);
  _owner.onPollDrained();
}

void PollingTransport::answerPoll(std::string_view control) {
  if (!pollWaits()) return;
  const OutgoingPacket packet{{}, std::string(control)};
  answer(std::span(&packet, 1));
}

void PollingTransport::answer(std::span<const OutgoingPacket> packets) {
  const auto payload = encodePayload(packets, _protocol, _allowBinary);
  http::Response response;
  response.body = base::SharedBuffer::copyOf(payload.body);
  response.fieldLines = payload.isBinary ? BinaryFields : TextFields;
  auto* exchange = _poll.take();
  const bool mayCompress = std::any_of(packets.begin(), packets.end(),
                                       [](const OutgoingPacket& packet) { return !packet.message.isUncompressed(); });
  if (mayCompress && payload.body.size() >= _compressFrom && payload.body.size() <= MaxCompressed) {
    compress(exchange->request(), payload.body, response);
  }
  exchange->respond(std::move(response));
}

void PollingTransport::holdPost(http::Exchange& exchange) {
  _post.set(&exchange);
}

void PollingTransport::releasePost() {
  if (auto* exchange = _post.take()) exchange->respond(accepted());
}

std::vector<OutgoingPacket> PollingTransport::takeOutgoing() noexcept {
  _backlog = 0;
  return std::exchange(_outgoing, {});
}

http::Response PollingTransport::accepted() {
  static thread_local const auto ok = base::SharedBuffer::copyOf("ok");
  http::Response response;
  response.body = ok;
  response.fieldLines = "Content-Type: text/html\r\nCache-Control: no-store\r\n";
  return response;
}

}  // namespace chat::engineio
