"""What makes a broken path work: throwaway environments in which it can be tried."""
