#include "support/MessageOrder.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <stdexcept>

#include "support/SqlWords.h"

namespace chat::support {

using namespace Poco::Data::Keywords;

namespace {

constexpr const char* Select = "SELECT last_id, last_at FROM message_order WHERE id = 1";

[[noreturn]] void failWithoutRow() {
  throw std::runtime_error("the table message_order has lost its row");
}

MessageOrder readFrom(Poco::Data::Session& session, const std::string& sql) {
  Poco::UInt64 newest = 0;
  Poco::Int64 newestAt = 0;
  Poco::Data::Statement select(session);
  select << sql, into(newest), into(newestAt);
  if (select.execute() == 0) failWithoutRow();
  return {newest, newestAt};
}

}  // namespace

MessageOrder MessageOrder::read(data::Database& database) {
  MessageOrder order;
  database.read([&](Poco::Data::Session& session) { order = readFrom(session, Select); });
  return order;
}

MessageOrder MessageOrder::lock(const data::Database& database, Poco::Data::Session& session) {
  return readFrom(session, selectLocked(database));
}

void MessageOrder::store(Poco::Data::Session& session) const {
  session << update(), now;
}

std::string MessageOrder::selectLocked(const data::Database& database) {
  return Select + std::string(SqlWords(database).rowLock());
}

MessageOrder MessageOrder::of(const data::BatchSession::Rows& rows) {
  if (rows.empty()) failWithoutRow();
  const auto& row = rows.front();
  return {std::stoull(row.at(0).value()), std::stoll(row.at(1).value())};
}

std::string MessageOrder::update() const {
  return "UPDATE message_order SET last_id = " + std::to_string(newest) + ", last_at = " + std::to_string(newestAt) +
         " WHERE id = 1";
}

}  // namespace chat::support
