#include "http/Redirect.h"

#include <utility>

namespace chat::http {

void Redirect::handle(Exchange& exchange) {
  Response response(_status, "text/plain; charset=utf-8", "See " + _location + "\n");
  response.set("Location", _location);
  exchange.respond(std::move(response));
}

}  // namespace chat::http
