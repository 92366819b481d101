#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "data/Database.h"
#include "messages/NewMessage.h"

namespace chat::messages {

/// A message on its way into the tables.
class MessageEntry : public data::BatchEntry {
 public:
  MessageEntry(NewMessage message, support::Millis now);

  std::size_t bytes() const noexcept override;
  std::span<const std::string> rows() const noexcept override { return _rows; }

  const NewMessage& message() const noexcept { return _message; }
  support::Millis now() const noexcept { return _now; }
  /// Set by the writer.
  StoredMessage result;

 private:
  const NewMessage _message;
  const support::Millis _now;
  const std::array<std::string, 2> _rows;  // both accounts
};

/// Stores messages with a handful of statements for all of a batch.
///
/// Both users' rows in `account` are locked first, then a message gets its id: all other writers of messages to or from
/// one of the two wait, on every server, so that for each user ids grow in the order of commits, and a message read by
/// position is never followed by one with a lower id. The locks are taken in the order of the names' index. A message
/// one of whose rows is locked by somebody else is set aside. SQLite has one writer at a time and needs no locks.
///
/// A `lid` that is there already is looked up while the sender's row is locked: nobody else can store it meanwhile.
class MessageWriter final : public data::BatchWriter {
 public:
  explicit MessageWriter(const data::Database& database) : _database(database) {}
  /// All entries are MessageEntry.
  void write(data::BatchSession& session, std::span<data::BatchEntry* const> entries) override;

 private:
  struct Party;
  struct Conversation;
  struct Batch;

  void writeSome(data::BatchSession& session, std::span<data::BatchEntry* const> entries);
  void lockParties(Batch& batch) const;
  void findMissing(Batch& batch) const;
  void findRepeats(Batch& batch) const;
  void findConversations(Batch& batch) const;
  void createConversations(Batch& batch) const;
  void insertMessages(Batch& batch) const;
  void addToSearch(Batch& batch) const;
  std::string updateAccounts(const Batch& batch) const;
  std::string updateConversations(const Batch& batch) const;
  std::string updateMembers(const Batch& batch) const;

  const data::Database& _database;
};

}  // namespace chat::messages
