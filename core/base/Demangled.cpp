#include "base/Demangled.h"

#include <cxxabi.h>

#include <cstdlib>
#include <memory>

namespace chat::base {

std::string demangled(std::string_view symbol) {
  const std::string name(symbol);
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status),
                                                         &std::free);
  return status == 0 && text ? std::string(text.get()) : name;
}

}  // namespace chat::base
