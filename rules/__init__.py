"""What must hold: the nine kinds of rule and the engines that judge them."""
