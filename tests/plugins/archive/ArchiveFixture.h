#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "conversations/ConversationsHandler.h"
#include "msgsearch/MsgSearchHandler.h"
#include "plugins/support/ChatFixture.h"
#include "plugins/support/FakeCommand.h"
#include "plugins/support/MessagesWithFeed.h"
#include "receipts/ReceiptsHandler.h"

namespace chat::test {

/// Users who write to each other, and what they see afterwards.
class ArchiveFixture : public ChatFixture {
 public:
  void setUp() override;
  void tearDown() override;

 protected:
  /// Returns the message's id. Each is a minute later than the one before.
  std::string send(FakeSocket& from, const std::string& to, const std::string& text);
  void read(FakeSocket& socket, const std::string& of, const std::string& id);
  /// The unread messages that a user sees in the conversation with another one; -1 if it isn't listed.
  int unread(FakeSocket& socket, const std::string& with);
  /// The texts of a page of the conversation, newest first: `c,b,a`.
  std::string page(FakeSocket& socket, const std::string& with);
  /// The number of messages that a page says there are.
  std::string total(FakeSocket& socket, const std::string& with);
  /// The texts that a search over all of a user's messages finds.
  std::string found(FakeSocket& socket, const std::string& text);

  struct Ran {
    int code = 0;  ///< of the AppError, 0 for success
    std::string output;
    std::string detail;
  };
  static Ran run(plugin::CommandHandler& command, std::vector<std::string> words, const std::string& secret = {});
  /// `verify` finds no fault.
  void expectSound();

  std::filesystem::path folder;
  std::unique_ptr<MessagesWithFeed> messages;
  std::unique_ptr<receipts::ReceiptsHandler> receipts;
  std::unique_ptr<conversations::ConversationsHandler> conversations;
  std::unique_ptr<msgsearch::MsgSearchHandler> search;
};

}  // namespace chat::test
