#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "data/Database.h"
#include "messages/AccountIds.h"
#include "messages/NewMessage.h"

namespace chat::messages {

/// A message on its way into the tables.
class MessageEntry : public data::BatchEntry {
 public:
  MessageEntry(NewMessage message, support::Millis now);

  std::size_t bytes() const noexcept override;
  std::span<const std::string> rows() const noexcept override { return {&_conversation, 1}; }

  const NewMessage& message() const noexcept { return _message; }
  support::Millis now() const noexcept { return _now; }
  /// Set by the writer.
  StoredMessage result;

 private:
  const NewMessage _message;
  const support::Millis _now;
  const std::string _conversation;  // the keys of both names
};

/// Stores messages with a handful of statements for all of a batch, in two ways to the database: one with all
/// questions, one with the rows and the commit (docs/decisions/0026).
///
/// The row of `message_order` is locked until the commit: all other writers wait, on every server, so that ids grow by
/// one in the order of the commits. Nothing is waited for while it is locked: a message whose conversation somebody
/// else has locked is set aside, and then waits before it takes the order. SQLite has one writer at a time and needs no
/// locks.
///
/// A `lid` that is there already is looked up while the order is locked: nobody else can store it meanwhile.
class MessageWriter final : public data::BatchWriter {
 public:
  explicit MessageWriter(const data::Database& database) : _database(database) {}
  /// All entries are MessageEntry.
  void write(data::BatchSession& session, std::span<data::BatchEntry* const> entries) override;

 private:
  struct Party;
  struct Conversation;
  struct Batch;
  using Pairs = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

  void writeSome(data::BatchSession& session, std::span<data::BatchEntry* const> entries);
  void waitForRows(Batch& batch) const;
  void ask(Batch& batch);
  void readKnown(Batch& batch, const data::BatchSession::Rows& rows, std::string& repeated);
  void refuseInvalid(Batch& batch) const;
  void findRepeats(Batch& batch, const std::string& ids) const;
  void findConversations(Batch& batch, const data::BatchSession::Rows& rows) const;
  void setLockedAside(Batch& batch, std::vector<Conversation*>& missing) const;
  void createConversations(Batch& batch, const std::vector<Conversation*>& missing) const;
  void number(Batch& batch) const;
  void insertMessages(Batch& batch) const;
  void addToSearch(Batch& batch) const;
  std::string selectKnown(const Batch& batch) const;
  std::string keysOf(const Batch& batch) const;
  std::string selectConversations(const Pairs& pairs, std::string_view lock) const;
  std::string lockWords(const Batch& batch) const;
  std::string updateConversations(const Batch& batch) const;
  std::string updateMembers(const Batch& batch) const;

  const data::Database& _database;
  AccountIds _accountIds;
};

}  // namespace chat::messages
