#include "testing/Message.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <charconv>

namespace chat::testing {
namespace {

constexpr std::string_view None = "(none)";

int numberOr(const std::string& text, int otherwise) {
  int number = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

std::string valueAt(std::string_view json, std::string_view pointer) {
  boost::json::error_code error;
  const auto whole = boost::json::parse(json, error);
  if (error) return std::string(None);
  const auto* found = whole.find_pointer(pointer, error);
  if (found == nullptr) return std::string(None);
  if (const auto* text = found->if_string()) return {text->data(), text->size()};
  return boost::json::serialize(*found);
}

int Answer::status() const {
  return numberOr(valueAt('[' + args + ']', "/0"), -1);
}

int Answer::code() const {
  return numberOr(text("/errors/code"), 0);
}

}  // namespace chat::testing
