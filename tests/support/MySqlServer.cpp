#include "support/MySqlServer.h"

#include <cstdint>
#include <cstdlib>
#include <map>
#include <sstream>
#include <string>

namespace chat::test {

std::optional<data::Options> mySqlServer() {
  const char* setting = std::getenv("CHAT_TEST_MYSQL");
  if (!setting || !*setting) return std::nullopt;
  std::map<std::string, std::string> values;
  std::istringstream parts(setting);
  for (std::string part; std::getline(parts, part, ';');) {
    const std::size_t equals = part.find('=');
    if (equals != std::string::npos) values[part.substr(0, equals)] = part.substr(equals + 1);
  }
  data::Options options;
  options.engine = data::Dialect::MySql;
  options.host = values["host"];
  options.port = static_cast<std::uint16_t>(std::stoi(values["port"]));
  options.user = values["user"];
  options.password = values["password"];
  return options;
}

}  // namespace chat::test
