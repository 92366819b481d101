#pragma once

#include "http/Exchange.h"

namespace chat::plugin {
class TablePublication;
}

namespace chat::app {

/// `POST /commands/NAME` with `{"words": ["disable", "anna"], "secret": "…"}`: runs a command of a plugin (plugin::
/// CommandHandler) and answers what it says: `{"output": "…"}`, or `{"errors": {"code", "detail"}}` with that status.
///
/// Whoever comes to the operations port may. No page of a browser does: a request that says which page it comes from
/// is refused, and so is one whose body isn't called JSON, which a page can't do unasked.
/// Thread: that of the operations, which waits for the command.
class CommandPage final : public http::RequestHandler {
 public:
  explicit CommandPage(const plugin::TablePublication& tables) : _tables(tables) {}
  void handle(http::Exchange& exchange) override;
  std::size_t bodyLimit() const noexcept override { return 64 * 1024; }

 private:
  const plugin::TablePublication& _tables;
};

/// Whether a page in a browser has sent it, as browsers say with every POST.
bool isFromPage(const http::Request& request) noexcept;

}  // namespace chat::app
