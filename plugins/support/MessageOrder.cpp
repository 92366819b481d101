#include "support/MessageOrder.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <stdexcept>

#include "support/SqlWords.h"

namespace chat::support {

using namespace Poco::Data::Keywords;

namespace {

constexpr const char* Select = "SELECT last_id FROM message_order WHERE id = 1";

std::uint64_t read(Poco::Data::Session& session, const std::string& sql) {
  Poco::UInt64 newest = 0;
  Poco::Data::Statement select(session);
  select << sql, into(newest);
  if (select.execute() == 0) throw std::runtime_error("the table message_order has lost its row");
  return newest;
}

}  // namespace

std::uint64_t MessageOrder::newest(data::Database& database) {
  std::uint64_t newest = 0;
  database.read([&](Poco::Data::Session& session) { newest = read(session, Select); });
  return newest;
}

std::uint64_t MessageOrder::lock(const data::Database& database, Poco::Data::Session& session) {
  return read(session, selectLocked(database));
}

void MessageOrder::set(Poco::Data::Session& session, std::uint64_t newest) {
  session << update(newest), now;
}

std::string MessageOrder::selectLocked(const data::Database& database) {
  return Select + std::string(SqlWords(database).rowLock());
}

std::uint64_t MessageOrder::newestOf(const data::BatchSession::Rows& rows) {
  if (rows.empty()) throw std::runtime_error("the table message_order has lost its row");
  return std::stoull(rows.front().front().value());
}

std::string MessageOrder::update(std::uint64_t newest) {
  return "UPDATE message_order SET last_id = " + std::to_string(newest) + " WHERE id = 1";
}

}  // namespace chat::support
