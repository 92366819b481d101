#include "websocket/Upgrade.h"

#include <memory>
#include <utility>

#include "websocket/Compression.h"
#include "websocket/DeflateNegotiation.h"
#include "websocket/Handshake.h"

namespace chat::websocket {

Session& accept(http::Exchange& exchange, const Options& options, MessageSink* sink, std::string_view subprotocol) {
  const auto& request = exchange.request();
  std::unique_ptr<Compression> compression;
  std::string_view extension;
  const auto deflate = options.deflate.enabled ? negotiateDeflate(offeredExtensions(request), options.deflate)
                                               : std::optional<AcceptedDeflate>();
  if (deflate) {
    compression = std::make_unique<Compression>(options.deflate, deflate->agreement, exchange.loop());
    extension = deflate->answer;
  }
  auto owned = std::make_unique<Session>(options, std::move(compression));
  auto& session = *owned;
  const auto fields = acceptFields(request, subprotocol, extension);
  session.start(exchange.upgrade(fields, std::move(owned)), sink);
  return session;
}

}  // namespace chat::websocket
