#include "msgsearch/MsgSearchHandler.h"

#include <limits>
#include <optional>
#include <string>

#include "msgsearch/QueryDate.h"
#include "plugin/api/AppError.h"
#include "support/AccountName.h"
#include "support/Accounts.h"
#include "support/Document.h"
#include "support/PageRequest.h"
#include "support/RequireIdentity.h"

namespace chat::msgsearch {
namespace {

// To skip more than these takes long enough to be a search.
constexpr std::uint64_t MostSkipped = 20'000;

std::uint64_t multiplied(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? std::numeric_limits<std::uint64_t>::max() : product;
}

/// The other one of the two users. Throws AppError 400 and 403.
std::string_view otherOf(const support::Document& document, const plugin::Identity& asker) {
  const support::Member message = document.data().member("message");
  const support::Member sid = message.member("sid");
  const support::Member rid = message.member("rid");
  for (const support::Member* member : {&sid, &rid}) {
    if (member->text().empty()) member->refuse("must not be empty");
  }
  if (support::isSameAccount(sid.text(), asker.name)) return rid.text();
  if (support::isSameAccount(rid.text(), asker.name)) return sid.text();
  throw plugin::AppError(403,
                         "These are the messages of others: data.message.sid or rid must be the user who is logged in");
}

}  // namespace

/// The request's `meta`. With `before` there is no page.
struct MsgSearchHandler::Paging : support::PageRequest {
  Paging(const support::Document& document, std::size_t searchCharacters) : PageRequest(document) {
    const support::Member meta = document.root().member("meta");
    std::chrono::minutes zone{0};
    if (const support::Member member = meta.member("zone"); member.isPresent()) {
      const auto read = readZone(member.text());
      if (!read) member.refuse("must be a zone such as Z, +09:00 or -03:30");
      zone = *read;
    }
    const support::Member literal = meta.member("query");
    const support::Member search = meta.member("search");
    isSearch = search.isPresent();
    if (literal.isPresent() && !literal.text().empty()) query = literalQuery(literal.text());
    if (isSearch) {
      if (literal.isPresent()) search.refuse("can't be used together with meta.query");
      query = parseQuery(search, zone, searchCharacters);
    }
    if (before) return;
    if (const support::Member number = meta.member("page"); number.isPresent()) {
      page = number.integer(1, std::numeric_limits<std::uint64_t>::max());
    } else if (!isSearch) {
      page = 1;
    }
  }

  std::uint64_t skipped() const noexcept { return multiplied(page.value_or(1) - 1, rows); }

  bool isSearch = false;              ///< `meta.search`
  std::optional<std::uint64_t> page;  ///< if they are numbered
  std::optional<Query> query;         ///< nothing for all messages
};

void MsgSearchHandler::handle(const plugin::Request& request, plugin::Reply& reply) {
  const Deadline deadline(_clock, _settings.time);
  const plugin::Identity& asker = support::requireIdentity(request.caller());
  const support::Document document(request.document());
  document.requireType("msg");
  const Paging paging(document, _settings.searchCharacters);
  const Peer peer = peerOf(document, asker, paging);
  const SearchStore::Page page =
      paging.query ? foundMessages(asker, peer, paging, deadline) : allMessages(asker, peer.value(), paging, deadline);

  std::string json = R"({"data":[)";
  for (const support::ChatMessage& message : page.messages) {
    if (json.back() != '[') json.push_back(',');
    support::appendMessage(json, message, support::ShowLid::No);
  }
  json += R"(],"meta":{"rows":)" + std::to_string(paging.rows);
  if (paging.page) {
    const std::uint64_t pages = page.total / paging.rows + (page.total % paging.rows != 0 ? 1 : 0);
    json += R"(,"page":)" + std::to_string(*paging.page) + R"(,"total":)" + std::to_string(page.total) +
            R"(,"pages":)" + std::to_string(pages);
  }
  if (page.isPartial) json += R"(,"partial":true)";
  if (page.next) json += R"(,"next":")" + std::to_string(*page.next) + "\"";
  json += "}}";
  reply.answer(0, json);
}

MsgSearchHandler::Peer MsgSearchHandler::peerOf(const support::Document& document, const plugin::Identity& asker,
                                                const Paging& paging) {
  const bool isAmongAll = paging.isSearch && !document.data().member("message").isPresent();
  if (isAmongAll) return std::nullopt;
  return support::requireAccount(_database, otherOf(document, asker)).id;
}

SearchStore::Page MsgSearchHandler::allMessages(const plugin::Identity& asker, std::uint64_t peer, const Paging& paging,
                                                const Deadline& deadline) {
  const std::uint64_t account = support::accountId(asker);
  const std::uint64_t conversation = _store.conversationOf(account, peer);
  if (paging.before) return _store.pageBefore(conversation, *paging.before, paging.rows);
  const std::uint64_t total = _store.count(conversation);
  if (paging.skipped() >= total) {
    SearchStore::Page none;
    none.total = total;
    return none;
  }
  std::optional<OneAtATime::Turn> turn;
  if (paging.skipped() > MostSkipped) turn.emplace(_searching, account);
  return _store.page(conversation, total, paging.skipped(), paging.rows, deadline);
}

SearchStore::Page MsgSearchHandler::foundMessages(const plugin::Identity& asker, Peer peer, const Paging& paging,
                                                  const Deadline& deadline) {
  const OneAtATime::Turn turn(_searching, support::accountId(asker));
  const Search search = searchOf(asker, peer, paging);
  if (paging.page) return _store.findPage(search, paging.skipped(), paging.rows, deadline);
  return _store.find(search, paging.rows, deadline);
}

Search MsgSearchHandler::searchOf(const plugin::Identity& asker, Peer peer, const Paging& paging) {
  const std::uint64_t account = support::accountId(asker);
  Search search{{account, std::nullopt}, *paging.query, std::nullopt, paging.before};
  if (search.query.from) search.senderId = accountNamed(*search.query.from, asker);
  if (search.query.in) {
    const std::uint64_t named = accountNamed(*search.query.in, asker);
    if (peer && *peer != named) {
      throw plugin::AppError(400, "meta.search has an in: for another conversation than that of data.message");
    }
    peer = named;
  }
  if (peer) search.scope.conversationId = _store.conversationOf(account, *peer);
  return search;
}

/// `me` is the user who asks.
std::uint64_t MsgSearchHandler::accountNamed(std::string_view name, const plugin::Identity& asker) {
  if (support::isSameAccount(name, "me")) return support::accountId(asker);
  return support::requireAccount(_database, name).id;
}

}  // namespace chat::msgsearch
