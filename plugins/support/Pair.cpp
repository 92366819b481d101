#include "support/Pair.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

namespace chat::support {

std::uint64_t findConversation(Poco::Data::Session& session, const Pair& pair) {
  using namespace Poco::Data::Keywords;
  Pair bound = pair;
  Poco::UInt64 id = 0;
  Poco::Data::Statement select(session);
  select << "SELECT id FROM conversation WHERE lo_id = ? AND hi_id = ?", use(bound.lo), use(bound.hi), into(id);
  select.execute();
  return id;
}

}  // namespace chat::support
