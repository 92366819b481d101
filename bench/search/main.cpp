// Measures the search on many messages: what its index costs, and how long pages take.
//
//     bench-search sqlite FILE [LARGE SMALL CONVERSATIONS]
//     bench-search mysql "host=127.0.0.1;port=3306;user=chat;password=…" [LARGE SMALL CONVERSATIONS]
//     bench-search fulltext "host=…" COUNT          what a FULLTEXT index of InnoDB would cost instead
//
// A database that is there already (the file, or `chatbench` on the server) is measured as it is; otherwise it is
// filled first; interrupted, the same command goes on. Times are wall-clock milliseconds, the median of several runs.
#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "msgsearch/SearchStore.h"
#include "search/Filling.h"
#include "search/Fulltext.h"
#include "support/MySqlServer.h"

namespace {

using namespace Poco::Data::Keywords;
using namespace std::chrono_literals;
using chat::msgsearch::Deadline;
using chat::msgsearch::Query;
using chat::msgsearch::Scope;
using chat::msgsearch::Search;
using chat::msgsearch::SearchStore;

constexpr int Runs = 7;
constexpr std::uint64_t Rows = 20;
constexpr std::uint64_t LargeConversation = 1;
const Scope Large{1, LargeConversation};
const Scope Small{1, 101};
const Scope Own{1, std::nullopt};

std::int64_t number(chat::data::SqlDatabase& database, const std::string& sql) {
  Poco::Int64 value = 0;
  database.read([&](Poco::Data::Session& session) { session << sql, into(value), now; });
  return value;
}

double milliseconds(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

double median(const std::function<void()>& work) {
  std::vector<double> times;
  for (int run = 0; run < Runs; ++run) times.push_back(milliseconds(work));
  std::sort(times.begin(), times.end());
  return times[Runs / 2];
}

Deadline deadline() {
  return Deadline(chat::base::systemClock(), 100ms);
}

Query wordsOf(const std::vector<std::string>& words) {
  Query query;
  for (const std::string& word : words) query.terms.emplace_back(word);
  return query;
}

/// The first page, and going on until the end or some hits, in answers of at most 100 ms.
void measure(SearchStore& store, const char* name, const Scope& scope, const Query& query) {
  Search search{scope, query, std::nullopt, std::nullopt};
  SearchStore::Page page;
  const double first = median([&] { page = store.find(search, Rows, deadline()); });
  const std::size_t found = page.messages.size();
  const bool isPartial = page.isPartial;
  int answers = 1;
  std::size_t all = found;
  double slowest = first;
  while (page.next && all < Rows && answers < 1'000) {
    search.before = page.next;
    slowest = std::max(slowest, milliseconds([&] { page = store.find(search, Rows, deadline()); }));
    all += page.messages.size();
    ++answers;
  }
  std::printf("| %-44s | %7.2f | %4zu%s | %4zu in %3d | %7.2f |\n", name, first, found, isPartial ? "…" : " ", all,
              answers, slowest);
  std::fflush(stdout);
}

void measureSearches(chat::data::SqlDatabase& database, const chat::bench::Texts& texts) {
  SearchStore store(database);
  std::puts("| search | first page ms | hits | a full page in answers | slowest ms |\n|---|---|---|---|---|");
  const auto one = [&](std::size_t rank) { return wordsOf({texts.word(rank)}); };
  measure(store, "frequent word, 1 in 10", Large, one(9));
  measure(store, "word of 1 in 1,000", Large, one(1'000));
  measure(store, "rare word", Large, one(29'000));
  measure(store, "no such word", Large, wordsOf({"parkinglotson"}));
  measure(store, "no such word, of the most frequent letters", Large, wordsOf({"theringlyedtion"}));
  measure(store, "two words", Large, wordsOf({texts.word(50), texts.word(80)}));
  measure(store, "phrase that nobody wrote", Large, wordsOf({texts.word(5) + " zz " + texts.word(6)}));
  measure(store, "two letters", Large, wordsOf({"er"}));
  measure(store, "two rare letters", Large, wordsOf({"zq"}));
  measure(store, "one letter", Large, wordsOf({"e"}));
  measure(store, "one letter that nobody wrote", Large, wordsOf({"q"}));
  measure(store, "rare word, small conversation", Small, one(29'000));
  measure(store, "frequent word, small conversation", Small, one(9));
  measure(store, "rare word, all of one's own", Own, one(29'000));
  measure(store, "frequent word, all of one's own", Own, one(9));
  measure(store, "no such word, all of one's own", Own, wordsOf({"parkinglotson"}));
  Query dated = one(9);
  dated.before = 1'700'100'000'000;
  measure(store, "frequent word before: the oldest days", Large, dated);
  Query linked;
  linked.has.link = true;
  measure(store, "has:link, none", Large, linked);
}

void measurePages(chat::data::SqlDatabase& database) {
  SearchStore store(database);
  const std::uint64_t total = store.count(LargeConversation);
  std::printf("\n%llu messages in the large conversation\n", static_cast<unsigned long long>(total));
  for (const std::uint64_t number : {1ULL, 100ULL, 10'000ULL, 50'000ULL, 99'900ULL}) {
    SearchStore::Page page;
    const std::uint64_t skipped = (number - 1) * Rows;
    if (skipped >= total) continue;
    const double time = median([&] { page = store.page(LargeConversation, total, skipped, Rows, deadline()); });
    std::printf("page %llu: %.2f ms%s\n", static_cast<unsigned long long>(number), time,
                page.isPartial ? ", partial" : "");
  }
  SearchStore::Page page;
  std::printf("page by cursor: %.2f ms\n",
              median([&] { page = store.pageBefore(LargeConversation, total / 2, Rows); }));
}

void printSizes(chat::data::SqlDatabase& database, const chat::bench::FillingTimes* times) {
  const double messages = static_cast<double>(number(database, "SELECT COUNT(*) FROM message"));
  std::printf("%.0f messages of %lld bytes; stored again in the folded form: %.1f bytes a message\n", messages,
              static_cast<long long>(number(database, "SELECT CAST(AVG(LENGTH(body)) AS UNSIGNED) FROM message")),
              static_cast<double>(number(database, "SELECT SUM(LENGTH(body_folded)) FROM message")) / messages);
  if (database.dialect() == chat::data::Dialect::Sqlite) {
    const double bytes =
        static_cast<double>(number(database, "SELECT SUM(pgsize) FROM dbstat WHERE name LIKE 'message_search%'"));
    std::printf("index: %.1f bytes a message\n", bytes / messages);
  }
  if (times) {
    const double filled = static_cast<double>(times->messages);
    std::printf("storing %.1f us, for the search %.1f us a message\n", times->storing / filled * 1e6,
                times->indexing / filled * 1e6);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string engine = argc > 1 ? argv[1] : "";
  if (engine == "fulltext" ? argc != 4 : argc != 3 && argc != 6) {
    std::cerr << "usage: bench-search sqlite FILE | mysql SERVER [LARGE SMALL CONVERSATIONS] | fulltext SERVER COUNT\n";
    return 2;
  }
  chat::data::Options options;
  if (engine != "sqlite") {
    setenv("CHAT_TEST_MYSQL", argv[2], 1);
    options = chat::test::mySqlServer().value();
    options.name = "chatbench";
  } else {
    options.file = argv[2];
  }
  options.schema = CHAT_SCHEMA_DIR;
  options.statementTimeout = 600s;
  chat::bench::Size size;
  if (argc == 6) size = {std::stoull(argv[3]), std::stoull(argv[4]), std::stoull(argv[5])};

  chat::data::SqlDatabase database(options);
  database.start();
  for (const char* plugin : {"login", "messages", "msgsearch"}) database.migrate(plugin, plugin, 1);
  chat::bench::Texts texts;
  if (engine == "fulltext") {
    chat::bench::measureFulltext(database, std::stoull(argv[3]), texts);
    return 0;
  }
  if (number(database, "SELECT COUNT(*) FROM search_progress") == 0) {
    const auto times = chat::bench::fill(database, size, texts);
    database.transaction([](Poco::Data::Session& session) {
      session << "INSERT INTO search_progress (id, ready_from, begun_at) VALUES (1, 0, 0)", now;
    });
    printSizes(database, &times);
  } else {
    printSizes(database, nullptr);
  }
  measureSearches(database, texts);
  measurePages(database);
}
