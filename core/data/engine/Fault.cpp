#include "data/engine/Fault.h"

#include <Poco/Exception.h>

#include "data/engine/Engine.h"

namespace chat::data {

std::string describe(const std::exception& error) {
  if (const auto* poco = dynamic_cast<const Poco::Exception*>(&error)) return poco->displayText();
  return error.what();
}

Fault faultOf(const Engine& engine, const std::exception_ptr& error) noexcept {
  try {
    std::rethrow_exception(error);
  } catch (const TransactionEnded&) {
    return Fault::Repeat;
  } catch (const std::exception& known) {
    return engine.faultOf(known);
  } catch (...) {
    return Fault::Other;
  }
}

std::exception_ptr forCaller(Engine& engine, const std::exception_ptr& error) {
  const Fault fault = faultOf(engine, error);
  if (fault == Fault::Other) return error;
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& known) {
    const std::string text = describe(known);
    if (fault == Fault::Damaged) engine.noteDamage(text);
    return fault == Fault::DuplicateKey ? std::make_exception_ptr(DuplicateKey(text))
                                        : std::make_exception_ptr(Unavailable(text));
  }
}

}  // namespace chat::data
