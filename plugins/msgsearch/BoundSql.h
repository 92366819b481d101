#pragma once

#include <Poco/Data/Statement.h>
#include <Poco/Types.h>

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace chat::msgsearch {

/// The text of a statement together with its parameters, which are added in the order of its question marks. It must
/// live until the statement was executed.
class BoundSql {
 public:
  BoundSql& add(std::string_view sql) {
    _text += sql;
    return *this;
  }
  BoundSql& with(std::uint64_t number) {
    _values.emplace_back(Poco::UInt64{number});
    return *this;
  }
  BoundSql& with(std::string text) {
    _values.emplace_back(std::move(text));
    return *this;
  }

  void giveTo(Poco::Data::Statement& statement) {
    statement << _text;
    for (auto& value : _values) {
      std::visit([&](auto& bound) { statement, Poco::Data::Keywords::use(bound); }, value);
    }
  }

 private:
  std::string _text;
  std::deque<std::variant<Poco::UInt64, std::string>> _values;
};

}  // namespace chat::msgsearch
