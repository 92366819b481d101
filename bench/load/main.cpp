// Loads a server and prints what it cost; see Options.h and bench/README.md.
#include <Poco/Exception.h>
#include <sys/resource.h>

#include <iostream>

#include "load/Load.h"
#include "load/Options.h"

int main(int argc, char** argv) {
  try {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    bench::Load load(bench::parseOptions(argc, argv));
    std::cout << load.run() << std::endl;
    return 0;
  } catch (const Poco::Exception& error) {
    std::cerr << "bench-load: " << error.displayText() << "\n";
  } catch (const std::exception& error) {
    std::cerr << "bench-load: " << error.what() << "\n";
  }
  return 1;
}
