#include "support/InsertId.h"

#include <Poco/Any.h>
#include <Poco/Data/Session.h>

namespace chat::support {

std::uint64_t insertId(Poco::Data::Session& session, data::Dialect dialect) {
  if (dialect == data::Dialect::MySql) return Poco::AnyCast<Poco::UInt64>(session.getProperty("insertId"));
  using namespace Poco::Data::Keywords;
  Poco::UInt64 id = 0;
  session << "SELECT last_insert_rowid()", into(id), now;
  return id;
}

}  // namespace chat::support
