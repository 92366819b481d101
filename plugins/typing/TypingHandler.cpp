#include "typing/TypingHandler.h"

#include <utility>

#include "plugin/api/AppError.h"
#include "support/AccountName.h"
#include "support/Accounts.h"
#include "support/Document.h"
#include "support/ExactJson.h"
#include "support/RequireIdentity.h"

namespace chat::typing {
namespace {

// All clients share a loop's time, so it parses only small documents.
constexpr std::size_t MaxDocumentBytes = 1024;

}  // namespace

TypingHandler::TypingHandler(data::Database& database, plugin::Emitter& emitter, const base::Clock& clock,
                             Poco::Logger& logger, Resolver::Submit submit, const Settings& settings)
    : _emitter(emitter),
      _settings(settings),
      _limiter(clock, settings.burst, settings.perSecond),
      _resolver(database, logger, _names, std::move(submit)) {}

void TypingHandler::handle(const plugin::Request& request, plugin::Reply& reply) {
  const plugin::Identity& asker = support::requireIdentity(request.caller());
  const std::string_view text = request.document();
  if (text.size() > MaxDocumentBytes) {
    throw plugin::AppError(413, "The document must have at most " + std::to_string(MaxDocumentBytes) + " bytes");
  }
  const support::Document document(text);
  document.requireType("typing");
  const support::Member typing = document.data().member("typing");
  (void)typing.object();
  const support::Member rid = typing.member("rid");
  if (rid.text().empty()) rid.refuse("must not be empty");
  const support::Member active = typing.member("active");
  const bool isActive = !active.isPresent() || active.boolean();
  if (const std::uint32_t seconds = _limiter.secondsToWait(asker.user.value); seconds > 0) {
    throw plugin::AppError(429, "Too much typing: try again in " + std::to_string(seconds) + " s", seconds);
  }

  std::string json = R"({"data":{"type":"typing","typing":{"sid":)";
  support::appendJsonString(json, asker.name);
  json.append(R"(,"rid":)");
  support::appendJsonString(json, rid.text());
  json.append(isActive ? R"(,"active":true,"seconds":)" + std::to_string(_settings.seconds) : R"(,"active":false)");
  json.append("}}}");

  if (support::isAccountName(rid.text()) && !support::isSameAccount(rid.text(), asker.name)) {
    const std::string key = support::accountKey(rid.text());
    auto known = _names.find(key);
    if (!known) known = _resolver.find(key, [this, json](std::uint64_t accountId) { tell(accountId, json); });
    if (known) tell(*known, json);
  }
  reply.answer(0, json);
}

void TypingHandler::tell(std::uint64_t accountId, const std::string& document) const {
  plugin::EmitOptions options;
  options.isVolatile = true;
  _emitter.emit(plugin::Target::toUser(base::UserId{support::userOf(accountId)}), "typing", document, options);
}

}  // namespace chat::typing
