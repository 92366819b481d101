#include "msgsearch/MsgSearchHandler.h"

#include <limits>
#include <string_view>

#include "plugin/api/AppError.h"
#include "support/AccountName.h"
#include "support/Accounts.h"
#include "support/Document.h"
#include "support/PageRequest.h"
#include "support/RequireIdentity.h"
#include "support/Text.h"

namespace chat::msgsearch {
namespace {

/// The request's `meta`. `page` is used only without `before`.
struct Paging : support::PageRequest {
  explicit Paging(const support::Document& document) : PageRequest(document) {
    const support::Member meta = document.root().member("meta");
    if (const support::Member member = meta.member("query"); member.isPresent()) query = member.text();
    if (before) return;
    if (const support::Member number = meta.member("page"); number.isPresent()) {
      page = number.integer(1, std::numeric_limits<std::uint64_t>::max());
    }
  }

  std::uint64_t page = 1;
  std::string_view query;
};

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

std::string answer(const SearchStore::Page& page, const std::string& meta) {
  std::string json = R"({"data":[)";
  for (const support::ChatMessage& message : page.messages) {
    if (json.back() != '[') json.push_back(',');
    support::appendMessage(json, message, support::ShowLid::No);
  }
  json.append(R"(],"meta":{)").append(meta);
  if (!page.isLast) json.append(R"(,"next":")").append(std::to_string(page.messages.back().id)).append("\"");
  json.append("}}");
  return json;
}

}  // namespace

void MsgSearchHandler::handle(const plugin::Request& request, plugin::Reply& reply) {
  const plugin::Identity& asker = support::requireIdentity(request.caller());
  const support::Document document(request.document());
  document.requireType("msg");
  const Paging paging(document);
  const std::string_view other = otherOf(document, asker);
  const std::uint64_t otherId = support::requireAccount(_database, other).id;

  const Criteria criteria{_store.conversationOf(support::accountId(asker), otherId), support::foldCase(paging.query)};
  std::string meta = R"("rows":)" + std::to_string(paging.rows);
  if (paging.before) {
    reply.answer(0, answer(_store.pageBefore(criteria, *paging.before, paging.rows), meta));
    return;
  }
  const std::uint64_t total = _store.count(criteria);
  const std::uint64_t pages = total / paging.rows + (total % paging.rows != 0 ? 1 : 0);
  meta += R"(,"page":)" + std::to_string(paging.page) + R"(,"total":)" + std::to_string(total) + R"(,"pages":)" +
          std::to_string(pages);
  SearchStore::Page page;
  if (paging.page <= pages) page = _store.page(criteria, (paging.page - 1) * paging.rows, paging.rows);
  reply.answer(0, answer(page, meta));
}

}  // namespace chat::msgsearch
