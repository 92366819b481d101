#include "search/Fulltext.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "support/SearchText.h"
#include "support/SearchTokens.h"

namespace chat::bench {

using namespace Poco::Data::Keywords;

namespace {

constexpr std::uint64_t BatchSize = 1'000;
constexpr int Runs = 3;

/// InnoDB leaves out words of one or two letters.
std::string encoded(const std::string& token) {
  if (token.size() > 9) return token;
  std::string hex = "g";
  for (const char c : token) {
    constexpr char Digits[] = "0123456789abcdef";
    hex += Digits[static_cast<unsigned char>(c) >> 4];
    hex += Digits[static_cast<unsigned char>(c) & 15];
  }
  return hex;
}

std::string tokensOf(std::uint64_t id, const std::string& text) {
  std::istringstream tokens(
      support::SearchTokens::ofMessage({id, id % 100, 1 + id % 100, {1 + id % 100, 2 + id % 100}, text, "{}"}));
  std::string all;
  for (std::string token; tokens >> token;) all += (all.empty() ? "" : " ") + encoded(token);
  return all;
}

void execute(data::SqlDatabase& database, const std::string& sql) {
  database.read([&](Poco::Data::Session& session) { session << sql, now; });
}

double secondsOf(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

std::int64_t bytesOf(data::SqlDatabase& database, const char* like) {
  Poco::Int64 bytes = 0;
  database.read([&](Poco::Data::Session& session) {
    std::string pattern = like;
    session << "SELECT CAST(COALESCE(SUM(file_size), 0) AS UNSIGNED) FROM information_schema.innodb_sys_tablespaces"
               " WHERE name LIKE CONCAT(DATABASE(), ?)",
        use(pattern), into(bytes), now;
  });
  return bytes;
}

void measureQuery(data::SqlDatabase& database, const char* name, const std::string& typed) {
  std::string expression;
  for (const std::string& token : support::SearchTokens::ofTerm(support::foldForSearch(typed))) {
    expression += "+" + encoded(token) + " ";
  }
  std::vector<double> times;
  std::size_t found = 0;
  for (int run = 0; run < Runs; ++run) {
    times.push_back(secondsOf([&] {
      database.read([&](Poco::Data::Session& session) {
        std::vector<Poco::UInt64> ids;
        session
            << "SELECT id FROM fulltext_try WHERE MATCH (tokens) AGAINST (? IN BOOLEAN MODE) ORDER BY id DESC LIMIT 21",
            use(expression), into(ids), now;
        found = ids.size();
      });
    }));
  }
  std::sort(times.begin(), times.end());
  std::printf("FULLTEXT, %s: %.1f ms, %zu hits\n", name, times[Runs / 2] * 1e3, found);
  std::fflush(stdout);
}

}  // namespace

void measureFulltext(data::SqlDatabase& database, std::uint64_t count, Texts& texts) {
  execute(database, "DROP TABLE IF EXISTS fulltext_try");
  execute(
      database,
      "CREATE TABLE fulltext_try (id BIGINT UNSIGNED NOT NULL PRIMARY KEY, tokens TEXT CHARACTER SET utf8mb4 COLLATE "
      "utf8mb4_bin NOT NULL, FULLTEXT KEY fulltext_try_tokens (tokens)) ENGINE=InnoDB");
  double seconds = 0;
  for (std::uint64_t first = 1; first <= count; first += BatchSize) {
    std::string sql = "INSERT INTO fulltext_try VALUES ";
    for (std::uint64_t id = first; id < first + BatchSize && id <= count; ++id) {
      sql += (id == first ? "(" : ", (") + std::to_string(id) + ", '" + tokensOf(id, texts.next()) + "')";
    }
    seconds += secondsOf([&] { execute(database, sql); });
  }
  // What is still in memory only is written by this.
  execute(database, "SET GLOBAL innodb_optimize_fulltext_only = ON");
  execute(database, "OPTIMIZE TABLE fulltext_try");
  execute(database, "SET GLOBAL innodb_optimize_fulltext_only = OFF");
  const double messages = static_cast<double>(count);
  std::printf(
      "FULLTEXT on %llu messages: %.1f us a message; the index %.0f bytes, the tokens themselves %.0f bytes a "
      "message\n",
      static_cast<unsigned long long>(count), seconds / messages * 1e6,
      static_cast<double>(bytesOf(database, "/FTS%")) / messages,
      static_cast<double>(bytesOf(database, "/fulltext%")) / messages);
  measureQuery(database, "frequent word", texts.word(9));
  measureQuery(database, "word of 1 in 1,000", texts.word(1'000));
  measureQuery(database, "rare word", texts.word(29'000));
  measureQuery(database, "no such word", "theringlyedtion");
  execute(database, "DROP TABLE fulltext_try");
}

}  // namespace chat::bench
