#pragma once

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <Poco/Types.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace chat::archive {

/// `1, 2, 3` for `IN (…)`.
template <typename Ids>
std::string listOf(const Ids& ids) {
  std::string list;
  for (const auto id : ids) list.append(list.empty() ? "" : ", ").append(std::to_string(id));
  return list;
}

/// The rows of a SELECT with `N` columns of integers; NULL is 0.
template <std::size_t N, typename... Bound>
std::vector<std::array<std::uint64_t, N>> numbers(Poco::Data::Session& session, const std::string& sql,
                                                  Bound... bound) {
  using namespace Poco::Data::Keywords;
  std::array<Poco::UInt64, N> row{};
  std::vector<std::array<std::uint64_t, N>> rows;
  Poco::Data::Statement select(session);
  select << sql;
  (static_cast<void>((select, use(bound))), ...);
  for (auto& column : row) select, into(column);
  select, range(0, 1);
  while (!select.done()) {
    row.fill(0);
    if (select.execute() == 0) break;
    auto& added = rows.emplace_back();
    for (std::size_t i = 0; i < N; ++i) added[i] = row[i];
  }
  return rows;
}

/// The only integer of a SELECT; 0 for no row and NULL.
template <typename... Bound>
std::uint64_t oneNumber(Poco::Data::Session& session, const std::string& sql, Bound... bound) {
  const auto rows = numbers<1>(session, sql, bound...);
  return rows.empty() ? 0 : rows.front()[0];
}

/// Executes a statement without a result; how many rows it changed.
template <typename... Bound>
std::size_t change(Poco::Data::Session& session, const std::string& sql, Bound... bound) {
  using namespace Poco::Data::Keywords;
  Poco::Data::Statement statement(session);
  statement << sql;
  (static_cast<void>((statement, use(bound))), ...);
  return statement.execute();
}

}  // namespace chat::archive
