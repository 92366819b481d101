#include "login/TokenHandler.h"

#include <boost/json/value.hpp>

#include "login/Token.h"
#include "plugin/api/AppError.h"
#include "support/Document.h"

namespace chat::login {

void TokenHandler::connect(plugin::Admission& admission) {
  const support::Document auth(admission.auth());
  const boost::json::value* token = auth.root().object().if_contains("token");
  if (token == nullptr || token->is_null()) return;

  // The same text for all reasons: only the log shows which one it was.
  const plugin::AppError refusal(401, "The token is not valid or has expired: log in again");
  const boost::json::string* text = token->if_string();
  if (text == nullptr || text->empty()) throw refusal;
  const std::string hash = hashToken({text->data(), text->size()});
  std::optional<TokenOwner> owner = _tokens.find(hash, support::toMillis(_clock.wallTime()));
  if (!owner) throw refusal;
  admission.setIdentity(plugin::Identity{base::UserId{std::to_string(owner->accountId)}, std::move(owner->name), hash,
                                         support::fromMillis(owner->expires)});
}

}  // namespace chat::login
