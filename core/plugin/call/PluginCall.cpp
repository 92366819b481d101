#include "plugin/call/PluginCall.h"

#include <Poco/Exception.h>
#include <cxxabi.h>

#include <exception>
#include <new>
#include <typeinfo>

#include "base/Demangled.h"
#include "data/Database.h"
#include "plugin/api/AppError.h"
#include "plugin/api/ConnectHandler.h"

namespace chat::plugin {

namespace {

CallFailure fault(std::string text) {
  return {CallFailure::Kind::Fault, 500, std::move(text), std::nullopt};
}

CallFailure classified() {
  try {
    throw;
  } catch (const ConnectRefusal& error) {
    return {CallFailure::Kind::Refusal, error.code(), error.detail(), error.retryAfterSeconds(), error.data()};
  } catch (const AppError& error) {
    return {CallFailure::Kind::Refusal, error.code(), error.detail(), error.retryAfterSeconds()};
  } catch (const data::TooLarge& error) {
    return {CallFailure::Kind::Refusal, 413, error.what(), std::nullopt};
  } catch (const data::CommitInDoubt& error) {
    return {CallFailure::Kind::Unavailable, 504, error.what(), std::nullopt};
  } catch (const data::Unavailable& error) {
    return {CallFailure::Kind::Unavailable, 503, error.what(), std::nullopt};
  } catch (const Poco::Exception& error) {
    return fault(error.displayText());  // what() would only name the kind of exception
  } catch (const std::exception& error) {
    return fault(base::demangled(typeid(error).name()) + ": " + error.what());
  } catch (...) {
    const auto* const type = abi::__cxa_current_exception_type();
    return fault("an exception of type " + (type != nullptr ? base::demangled(type->name()) : std::string("unknown")));
  }
}

}  // namespace

CallFailure currentFailure() noexcept {
  try {
    return classified();
  } catch (...) {  // there is no memory for the text
    return {};
  }
}

}  // namespace chat::plugin
