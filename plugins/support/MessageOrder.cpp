#include "support/MessageOrder.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <stdexcept>
#include <string>

#include "support/SqlWords.h"

namespace chat::support {

using namespace Poco::Data::Keywords;

namespace {

constexpr const char* Select = "SELECT last_id, last_at FROM message_order WHERE id = 1";

MessageOrder readFrom(Poco::Data::Session& session, const std::string& sql) {
  Poco::UInt64 newest = 0;
  Poco::Int64 newestAt = 0;
  Poco::Data::Statement select(session);
  select << sql, into(newest), into(newestAt);
  if (select.execute() == 0) throw std::runtime_error("the table message_order has lost its row");
  return {newest, newestAt};
}

}  // namespace

MessageOrder MessageOrder::read(data::Database& database) {
  MessageOrder order;
  database.read([&](Poco::Data::Session& session) { order = readFrom(session, Select); });
  return order;
}

MessageOrder MessageOrder::lock(const data::Database& database, Poco::Data::Session& session) {
  return readFrom(session, Select + std::string(SqlWords(database).rowLock()));
}

void MessageOrder::store(Poco::Data::Session& session) const {
  session << "UPDATE message_order SET last_id = " << std::to_string(newest)
          << ", last_at = " << std::to_string(newestAt) << " WHERE id = 1",
      now;
}

std::string MessageOrder::advance(std::uint64_t count, Millis now) {
  const std::string added = std::to_string(count);
  const std::string date = std::to_string(now);
  return "UPDATE message_order SET last_id = last_id + " + added + ", last_at = CASE WHEN last_at <= " + date +
         " THEN " + date + " ELSE last_at + " + added + " END WHERE id = 1";
}

}  // namespace chat::support
