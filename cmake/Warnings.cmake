# chat_warnings(TARGET): the warnings that every target of the project is built with, all of them errors.
function(chat_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Werror -Wshadow -Wnon-virtual-dtor
                                           -Woverloaded-virtual -Wcast-align)
endfunction()
