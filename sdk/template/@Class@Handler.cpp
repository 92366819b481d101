#include "@name@/@Class@Handler.h"

#include <Poco/JSON/Object.h>

#include <sstream>

#include "plugin/api/AppError.h"

void @Class@Handler::handle(const chat::plugin::Request& request, chat::plugin::Reply& reply) {
  const auto* who = request.caller().identity();
  if (who == nullptr) throw chat::plugin::AppError(401, "Log in first.");

  Poco::JSON::Object data;
  data.set("type", "@name@");
  data.set("text", _greeting + ' ' + who->name);
  Poco::JSON::Object document;
  document.set("data", data);
  std::ostringstream json;
  document.stringify(json);
  reply.answer(0, json.str());
}
