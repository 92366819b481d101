#include <benchmark/benchmark.h>

#include <string>

#include "base/JsonText.h"
#include "micro/Sample.h"

namespace {

void skip(benchmark::State& state, const std::string& json) {
  for (auto _ : state) benchmark::DoNotOptimize(chat::base::skipJsonValue(json));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(json.size()));
}
BENCHMARK_CAPTURE(skip, event, bench::Event);
BENCHMARK_CAPTURE(skip, longString, '"' + std::string(16384, 'x') + '"');
BENCHMARK_CAPTURE(skip, numbers, std::string("[1,2.5,-3e7,4,5,6,7,8,9,10,11,12,13,14,15,16]"));

void escape(benchmark::State& state) {
  std::string out;
  for (auto _ : state) {
    out.clear();
    chat::base::appendJsonEscaped(out, bench::Event);
  }
}
BENCHMARK(escape);

}  // namespace
