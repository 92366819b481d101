#pragma once

#include "http/Exchange.h"

namespace chat::plugin {
class TablePublication;
}

namespace chat::app {

/// `POST /commands/NAME` with `{"words": ["disable", "anna"], "secret": "…"}`: runs a command of a plugin (plugin::
/// CommandHandler) and answers its output: `{"output": "…"}`, or its error: `{"errors": {"code", "detail"}}` with the
/// code as status.
///
/// Every client of the operations port may use it, except pages in a browser: a request that names its page's origin is
/// refused, and so is one whose Content-Type isn't JSON, because a page can send other types without a preflight.
/// Thread: that of the operations, which waits for the command.
class CommandPage final : public http::RequestHandler {
 public:
  explicit CommandPage(const plugin::TablePublication& tables) : _tables(tables) {}
  void handle(http::Exchange& exchange) override;
  std::size_t bodyLimit() const noexcept override { return 64 * 1024; }

 private:
  const plugin::TablePublication& _tables;
};

/// Whether a page in a browser has sent the request, which browsers mark in every POST.
bool isFromPage(const http::Request& request) noexcept;

}  // namespace chat::app
