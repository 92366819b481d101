#include <benchmark/benchmark.h>

#include <string>

#include "websocket/Utf8Validator.h"

namespace {

void validate(benchmark::State& state, const std::string& character) {
  std::string text;
  while (text.size() < static_cast<std::size_t>(state.range(0))) text += character;
  for (auto _ : state) benchmark::DoNotOptimize(chat::websocket::isUtf8(text));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK_CAPTURE(validate, ascii, std::string("x"))->Arg(64)->Arg(16384);
BENCHMARK_CAPTURE(validate, cyrillic, std::string("\xD0\xB6"))->Arg(64)->Arg(16384);

void validateInParts(benchmark::State& state) {
  const std::string text(16384, 'x');
  for (auto _ : state) {
    chat::websocket::Utf8Validator validator;
    for (std::size_t at = 0; at < text.size(); at += 1024) validator.add(std::string_view(text).substr(at, 1024));
    benchmark::DoNotOptimize(validator.finish());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(validateInParts);

}  // namespace
