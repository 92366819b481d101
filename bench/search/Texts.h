#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace chat::bench {

/// Messages as long as people's, of words as frequent as theirs: the n-th most frequent one is n times as rare as the
/// first. The same for each run.
class Texts {
 public:
  Texts();

  std::string next();
  /// The word of that rank, from 0.
  const std::string& word(std::size_t rank) const { return _words.at(rank); }

 private:
  std::mt19937_64 _random{20261122};
  std::vector<std::string> _words;
  std::discrete_distribution<std::size_t> _rank;
  std::uniform_int_distribution<int> _count{3, 18};
};

}  // namespace chat::bench
