#include "archive/exporting/ExportCommand.h"

#include <Poco/Nullable.h>

#include <optional>
#include <vector>

#include "archive/Sql.h"
#include "archive/backup/NewFile.h"
#include "archive/exporting/JsonLine.h"
#include "plugin/api/AppError.h"
#include "support/AccountName.h"
#include "support/CommandWords.h"
#include "support/MessageRows.h"
#include "support/SqlWords.h"

namespace chat::archive {

using namespace Poco::Data::Keywords;

namespace {

constexpr std::string_view Usage =
    "export USER [--file FILE]\n"
    "     account, sessions, conversations, messages, receipts and last visit as JSON Lines, to the standard output "
    "or\n"
    "     to a new file\n";
constexpr std::string_view Format = "chat-socketio export";
constexpr std::size_t MessagesAtOnce = 500;
constexpr std::size_t PrintedAtOnce = 32 * 1024;
constexpr std::size_t ConversationsAtOnce = 200;

struct Conversation {
  Poco::UInt64 id = 0;
  std::string with;
  Poco::Int64 createdAt = 0;
  Poco::UInt64 messages = 0;
  Poco::UInt64 sent = 0;
};

struct Receipt {
  std::string by;
  Poco::UInt64 delivered = 0;
  Poco::UInt64 read = 0;
};

std::vector<Conversation> readConversations(Poco::Data::Session& session, std::uint64_t account, std::uint64_t after) {
  std::vector<Conversation> found;
  Conversation row;
  Poco::UInt64 id = account;
  Poco::UInt64 above = after;
  Poco::UInt64 limit = ConversationsAtOnce;
  Poco::Data::Statement select(session);
  select << "SELECT c.id, a.name, c.created_at, c.message_count, m.sent_count FROM member m"
            " JOIN conversation c ON c.id = m.conversation_id"
            " JOIN account a ON a.id = CASE WHEN c.lo_id = m.account_id THEN c.hi_id ELSE c.lo_id END"
            " WHERE m.account_id = ? AND m.conversation_id > ? ORDER BY m.conversation_id LIMIT ?",
      use(id), use(above), use(limit), into(row.id), into(row.with), into(row.createdAt), into(row.messages),
      into(row.sent), range(0, 1);
  while (!select.done() && select.execute() > 0) found.push_back(row);
  return found;
}

std::vector<Receipt> readReceipts(Poco::Data::Session& session, std::uint64_t conversation) {
  std::vector<Receipt> found;
  Receipt row;
  Poco::UInt64 id = conversation;
  Poco::Data::Statement select(session);
  select << "SELECT a.name, r.delivered_id, r.read_id FROM receipt r JOIN account a ON a.id = r.account_id"
            " WHERE r.conversation_id = ? ORDER BY r.account_id",
      use(id), into(row.by), into(row.delivered), into(row.read), range(0, 1);
  while (!select.done() && select.execute() > 0) found.push_back(row);
  return found;
}

}  // namespace

void ExportCommand::run(plugin::CommandCall& call) {
  const support::CommandWords words(call.words(), {"file=FILE"}, Usage);
  const std::string& name = words.only("USER");
  const auto account = support::findAccount(_database, name);
  if (!account) throw plugin::AppError(404, "No account has the name " + name);
  std::optional<NewFile> file;
  if (const auto path = words.value("file")) file.emplace(*path);
  std::string printed;
  const Write write = [&](const std::string& line) {
    if (file) return file->write(line);
    printed += line;
    if (printed.size() < PrintedAtOnce) return;
    call.print(printed);
    printed.clear();
  };
  _database.readSnapshot([&](Poco::Data::Session& session) { exportAll(session, *account, write); });
  if (!file) return call.print(printed);
  file->finish();
  call.print("exported " + account->name + "\n");
}

void ExportCommand::exportAll(Poco::Data::Session& session, const support::Account& account, const Write& write) const {
  write(JsonLine("export")
            .text("format", Format)
            .number("version", 1)
            .text("user", account.name)
            .date("date", support::toMillis(_clock.wallTime()))
            .line());
  exportAccount(session, account.id, write);
  exportSessions(session, account.id, write);
  const std::uint64_t messages = exportConversations(session, account, write);
  exportPresence(session, account.id, write);
  // Whoever finds no such line has only a part.
  write(JsonLine("end").number("messages", static_cast<std::int64_t>(messages)).line());
}

void ExportCommand::exportAccount(Poco::Data::Session& session, std::uint64_t account, const Write& write) {
  Poco::UInt64 id = account;
  std::string name;
  Poco::Int64 createdAt = 0;
  Poco::Nullable<Poco::Int64> disabledAt;
  Poco::Nullable<Poco::Int64> lastLoginAt;
  Poco::Data::Statement select(session);
  select << "SELECT name, created_at, disabled_at, last_login_at FROM account WHERE id = ?", use(id), into(name),
      into(createdAt), into(disabledAt), into(lastLoginAt);
  if (select.execute() == 0) throw plugin::AppError(404, "The account was just erased");
  JsonLine line("account");
  line.id("id", account).text("username", name).date("created", createdAt);
  if (!disabledAt.isNull()) line.date("disabled", disabledAt.value());
  if (!lastLoginAt.isNull()) line.date("last_login", lastLoginAt.value());
  write(line.line());
}

// Without the hashes of their tokens.
void ExportCommand::exportSessions(Poco::Data::Session& session, std::uint64_t account, const Write& write) {
  for (const auto& [created, expires] :
       numbers<2>(session, "SELECT created_at, expires_at FROM session_token WHERE account_id = ? ORDER BY created_at",
                  Poco::UInt64{account})) {
    write(JsonLine("session")
              .date("created", static_cast<std::int64_t>(created))
              .date("expires", static_cast<std::int64_t>(expires))
              .line());
  }
}

std::uint64_t ExportCommand::exportConversations(Poco::Data::Session& session, const support::Account& account,
                                                 const Write& write) const {
  std::uint64_t messages = 0;
  for (std::uint64_t after = 0;;) {
    const auto conversations = readConversations(session, account.id, after);
    for (const auto& conversation : conversations) {
      write(JsonLine("conversation")
                .text("with", conversation.with)
                .date("created", conversation.createdAt)
                .number("messages", static_cast<std::int64_t>(conversation.messages))
                .number("sent", static_cast<std::int64_t>(conversation.sent))
                .line());
      for (const auto& receipt : readReceipts(session, conversation.id)) {
        write(JsonLine("receipt")
                  .text("with", conversation.with)
                  .text("by", receipt.by)
                  .id("delivered", receipt.delivered)
                  .id("read", receipt.read)
                  .line());
      }
      messages += exportMessages(session, conversation.id, account.id, write);
    }
    if (conversations.size() < ConversationsAtOnce) return messages;
    after = conversations.back().id;
  }
}

std::uint64_t ExportCommand::exportMessages(Poco::Data::Session& session, std::uint64_t conversation,
                                            std::uint64_t account, const Write& write) const {
  std::uint64_t count = 0;
  Poco::UInt64 above = 0;
  for (;;) {
    Poco::UInt64 id = conversation;
    Poco::UInt64 limit = MessagesAtOnce;
    Poco::Data::Statement select(session);
    select << support::selectMessages(_database) << "(SELECT id FROM message"
           << support::SqlWords(_database).byIndex("message_conversation")
           << " WHERE conversation_id = ? AND id > ? ORDER BY id LIMIT ?) some JOIN message m ON m.id = some.id"
           << support::MessageJoins << "ORDER BY m.id",
        use(id), use(above), use(limit);
    const auto messages = support::readMessages(select);
    for (const auto& message : messages) {
      JsonLine line("message");
      line.id("id", message.id)
          .date("date", message.date)
          .text("sid", message.sender)
          .text("rid", message.receiver)
          .text("message_data", message.text)
          .raw("attributes", message.attributes);
      if (message.lid && message.senderId == account) line.text("lid", *message.lid);
      write(line.line());
    }
    count += messages.size();
    if (messages.size() < MessagesAtOnce) return count;
    above = messages.back().id;
  }
}

void ExportCommand::exportPresence(Poco::Data::Session& session, std::uint64_t account, const Write& write) {
  const auto rows = numbers<1>(session, "SELECT seen_at FROM last_seen WHERE account_id = ?", Poco::UInt64{account});
  for (const auto& [seenAt] : rows)
    write(JsonLine("presence").date("last_seen", static_cast<std::int64_t>(seenAt)).line());
}

}  // namespace chat::archive
