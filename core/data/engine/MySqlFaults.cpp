#include "data/engine/MySqlFaults.h"

#include <charconv>

namespace chat::data {

Fault mySqlFault(int code) noexcept {
  switch (code) {
    case 1062:  // ER_DUP_ENTRY
    case 1586:  // ER_DUP_ENTRY_WITH_KEY_NAME
      return Fault::DuplicateKey;
    case 1205:  // ER_LOCK_WAIT_TIMEOUT
      return Fault::LockWait;
    case 1020:  // ER_CHECKREAD: the row was changed since it was read (MariaDB's snapshot isolation)
    case 1213:  // ER_LOCK_DEADLOCK
      return Fault::Repeat;
    case 1053:  // ER_SERVER_SHUTDOWN
    case 1152:  // ER_ABORTING_CONNECTION
    case 1243:  // ER_UNKNOWN_STMT_HANDLER: its connection is lost
    case 1927:  // ER_CONNECTION_KILLED (MariaDB)
    case 2002:  // CR_CONNECTION_ERROR
    case 2003:  // CR_CONN_HOST_ERROR
    case 2006:  // CR_SERVER_GONE_ERROR
    case 2013:  // CR_SERVER_LOST
    case 2026:  // CR_SSL_CONNECTION_ERROR
    case 2055:  // CR_SERVER_LOST_EXTENDED
    case 4031:  // ER_CLIENT_INTERACTION_TIMEOUT (MySQL)
      return Fault::Lost;
    case 1290:  // ER_OPTION_PREVENTS_STATEMENT: --read-only
    case 1792:  // ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION: the session's own setting, which a new one may not have
    case 1836:  // ER_READ_ONLY_MODE
      return Fault::ReadOnly;
    case 1021:  // ER_DISK_FULL
    case 1040:  // ER_CON_COUNT_ERROR
    case 1114:  // ER_RECORD_FILE_FULL
    case 1203:  // ER_TOO_MANY_USER_CONNECTIONS
    case 1226:  // ER_USER_LIMIT_REACHED
    case 1317:  // ER_QUERY_INTERRUPTED
    case 1969:  // ER_STATEMENT_TIMEOUT (MariaDB)
    case 3024:  // ER_QUERY_TIMEOUT (MySQL)
      return Fault::Refused;
    default:
      return Fault::Other;
  }
}

bool mySqlSaysDoneAlready(int code) noexcept {
  switch (code) {
    case 1050:  // ER_TABLE_EXISTS_ERROR
    case 1051:  // ER_BAD_TABLE_ERROR: dropped
    case 1060:  // ER_DUP_FIELDNAME
    case 1061:  // ER_DUP_KEYNAME
    case 1091:  // ER_CANT_DROP_FIELD_OR_KEY
    case 1826:  // ER_FK_DUP_NAME (MySQL)
      return true;
    default:
      return false;
  }
}

int mySqlErrorNumber(std::string_view text) noexcept {
  // "…[mysql_stmt_error]: Duplicate entry 'x' …\t[mysql_stmt_errno]: 1062\t[mysql_stmt_sqlstate]: …\t[statemnt]: INSERT
  // …". The last one counts: a user's text can only come before it, in the text of the error.
  constexpr std::string_view Label = "_errno]: ";
  const std::size_t at = text.rfind(Label);
  if (at == std::string_view::npos) return 0;
  int code = 0;
  std::from_chars(text.data() + at + Label.size(), text.data() + text.size(), code);
  // The client library loses the number of an error in the middle of a result: a time-out, or a killed query.
  constexpr int QueryInterrupted = 1317;
  if (code == 0 && text.substr(0, at).find("mysql_stmt_fetch error") != std::string_view::npos) return QueryInterrupted;
  return code;
}

}  // namespace chat::data
